// Runs in the page: draws every kind of element, opens all its properties and menus, and tells what of it is not Russian.
async () => {
  const m = document.querySelector('[data-island=modeler]').modeler;
  const [modeling, selection, popup] = ['modeling', 'selection', 'popupMenu'].map((name) => m.get(name));
  const root = m.get('canvas').getRootElement();
  const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const OWN = /^(\(id=)?[A-Za-z]*_\w{7}\)?$|^(Ctrl|Shift|Esc|Delete|F\d)|FEEL|Shift|DMN|BPMN|ISO 8601|UTC|cron|^(\.bpmn|SVG|PNG|outcomes|starters)$/;
  const english = new Set();
  const note = (whole) => {
    const text = (whole ?? '').replace(/\(Ctrl[^)]*\)|\([A-Z?]\)/g, '').trim();
    if (/[A-Za-z]{3}/.test(text) && !OWN.test(text)) english.add(text.slice(0, 90));
  };
  const read = () => {
    for (const place of document.querySelectorAll('.modeler-panel, .djs-popup, .djs-palette, .djs-context-pad, .bts-palette, .bts-log, .modeler-bar, dialog')) {
      const texts = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
      while (texts.nextNode()) if (!texts.currentNode.parentElement.closest('option, style')) note(texts.currentNode.data); // lists hold the region's words
      for (const each of place.querySelectorAll('[title], [aria-label], [placeholder]')) ['title', 'aria-label', 'placeholder'].forEach((name) => note(each.getAttribute(name)));
    }
  };
  const open = async (menu, about) => { popup.open(about, menu, { position: { x: 10, y: 10 } }); await drawn(); read(); popup.close(); };
  const show = async (element, menus = []) => {
    selection.select(element);
    await drawn();
    document.querySelectorAll('.bio-properties-panel-group-header:not(.open)').forEach((each) => each.click());
    await drawn();
    document.querySelectorAll('.bio-properties-panel-add-entry').forEach((each) => each.click());
    await drawn();
    read();
    for (const menu of menus) await open(menu, element);
  };
  const kinds = [
    ...['Task', 'UserTask', 'ServiceTask', 'ScriptTask', 'BusinessRuleTask', 'SendTask', 'ReceiveTask', 'ManualTask', 'CallActivity', 'ExclusiveGateway', 'InclusiveGateway', 'ParallelGateway', 'EventBasedGateway', 'StartEvent', 'EndEvent', 'IntermediateThrowEvent', 'TextAnnotation', 'DataObjectReference', 'DataStoreReference', 'Group'].map((type) => [type]),
    ['SubProcess', { isExpanded: true }], ['SubProcess', { isExpanded: false }], ['SubProcess', { isExpanded: true, triggeredByEvent: true }],
    ...Object.entries({
      StartEvent: ['Timer', 'Message', 'Signal', 'Conditional', 'Error', 'Escalation'],
      IntermediateCatchEvent: ['Timer', 'Message', 'Signal', 'Conditional', 'Link'],
      IntermediateThrowEvent: ['Message', 'Signal', 'Escalation', 'Compensate', 'Link'],
      EndEvent: ['Message', 'Signal', 'Error', 'Escalation', 'Compensate', 'Terminate'],
    }).flatMap(([type, events]) => events.map((event) => [type, { eventDefinitionType: `bpmn:${event}EventDefinition` }])),
  ];
  const made = {};
  let y = 400;
  for (const [type, facts] of kinds) {
    const element = modeling.createShape({ type: `bpmn:${type}`, ...facts }, { x: 400, y: (y += 10) }, root);
    made[type] ??= element;
    await show(element, /Task|Gateway|Event|SubProcess|CallActivity/.test(type) ? ['bpmn-replace', 'bpmn-append'] : []);
  }
  const task = made.UserTask;
  for (const event of ['Timer', 'Message', 'Signal', 'Conditional', 'Error', 'Escalation', 'Compensate']) {
    for (const cancelActivity of [true, false]) {
      const facts = { type: 'bpmn:BoundaryEvent', eventDefinitionType: `bpmn:${event}EventDefinition`, cancelActivity };
      await show(modeling.createShape(facts, { x: task.x + 50, y: task.y + 80 }, task, { attach: true }));
    }
  }
  for (const isSequential of [true, false]) {
    modeling.updateProperties(task, { loopCharacteristics: m.get('bpmnFactory').create('bpmn:MultiInstanceLoopCharacteristics', { isSequential }) });
    await show(task);
  }
  await show(modeling.connect(made.ExclusiveGateway, task), ['bpmn-replace']);
  await open('bpmn-create', root);
  await open('align-elements', [made.Task, made.UserTask, made.ServiceTask]);
  const pool = modeling.createShape({ type: 'bpmn:Participant' }, { x: 900, y: 900 }, root);
  await show(pool);
  modeling.splitLane(pool, 2);
  await show(m.get('elementRegistry').filter((each) => each.type === 'bpmn:Lane')[0]);
  await show([made.Task, task]);
  m.get('toggleMode').toggleMode(true);
  await drawn();
  read();
  m.get('toggleMode').toggleMode(false);
  document.querySelector('.modeler-bar').querySelectorAll('button').forEach((each) => note(each.title));
  return { kinds: kinds.length, missing: [...globalThis.untranslated], english: [...english] };
}
