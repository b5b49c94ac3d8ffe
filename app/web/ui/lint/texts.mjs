// What a rule says: rule -> { ru, en }, one sentence that also says what to do. {name} is filled in from the report.
export const TEXTS = {
  // ours
  'task-role': {
    ru: 'Не сказано, кто выполняет задачу: выберите роль в поле «Роль» или поставьте задачу на дорожку роли.',
    en: 'Nobody is named who does the task: choose one in the field “Role”, or put the task on the lane of a role.',
  },
  'task-documentation': {
    ru: 'Нет подсказки для исполнителя: опишите в поле «Документация», что нужно сделать.',
    en: 'There is no help for whoever does the task: say in its documentation what is to be done.',
  },
  'task-form': {
    ru: 'У задачи нет формы: выберите форму, если исполнитель должен что-то заполнить.',
    en: 'The task has no form: choose one if somebody has to fill something in.',
  },
  'gateway-default': {
    ru: 'Нет потока по умолчанию: отметьте поток, по которому процесс пойдёт, когда не подошло ни одно условие; если условия перечисляют все случаи, добавьте шлюзу в «Свойства платформы» строку exhaustive со значением true.',
    en: 'There is no default flow: mark the one to be taken when no condition is met; if the conditions name every case, give the gateway the property exhaustive = true.',
  },
  'condition-missing': {
    ru: 'У потока нет условия: задайте условие или сделайте поток потоком по умолчанию.',
    en: 'The flow has no condition: give it one, or make it the default flow.',
  },
  unreachable: {
    ru: 'Сюда процесс никогда не попадёт: проведите сюда поток или удалите элемент.',
    en: 'The process never gets here: lead a flow to it, or delete it.',
  },
  'dead-end': {
    ru: 'Путь здесь обрывается: проведите поток дальше или поставьте завершающее событие.',
    en: 'The path breaks off here: lead a flow on, or put an end event.',
  },
  'endless-loop': {
    ru: 'Отсюда процесс никогда не завершится: добавьте выход из круга.',
    en: 'From here the process never ends: add a way out of the circle.',
  },
  'lane-missing': {
    ru: 'Элемент не стоит ни на одной дорожке: поставьте его на дорожку того, кто действует.',
    en: 'The element stands on no lane: put it on the lane of whoever acts.',
  },
  'lanes-missing': {
    ru: 'В процессе нет дорожек: добавьте по дорожке на каждую роль, чтобы было видно, кто что делает.',
    en: 'The process has no lanes: add one for each role, to show who does what.',
  },
  'unknown-role': {
    ru: 'Роли «{role}» нет: выберите роль из списка.',
    en: 'There is no role “{role}”: choose one from the list.',
  },
  'unknown-service-type': {
    ru: 'Работу «{type}» платформа не выполняет: выберите тип задания из списка или, если её делает внешняя программа, добавьте заголовок external со значением true.',
    en: 'The platform does no work of the type “{type}”: choose a type from the list or, if another program does it, add the header external = true.',
  },
  'unknown-form': {
    ru: 'Формы «{name}» нет: выберите форму из списка или добавьте её в черновик.',
    en: 'There is no form “{name}”: choose one from the list, or add it to the draft.',
  },
  'unknown-decision': {
    ru: 'Решения «{name}» нет: выберите решение из списка или добавьте его в черновик.',
    en: 'There is no decision “{name}”: choose one from the list, or add it to the draft.',
  },
  'unknown-process': {
    ru: 'Процесса «{name}» нет: выберите процесс из списка или добавьте его в черновик.',
    en: 'There is no process “{name}”: choose one from the list, or add it to the draft.',
  },
  'calls-itself': {
    ru: 'Процесс вызывает сам себя: нарисуйте возврат потоком к нужному шагу.',
    en: 'The process calls itself: draw a flow back to the step instead.',
  },
  'duplicate-names': {
    ru: 'Задача «{name}» на этой дорожке уже есть: дайте задачам разные названия, иначе исполнитель их не различит.',
    en: 'There is already a task “{name}” on this lane: give them different names, or nobody can tell them apart.',
  },
  outcomes: {
    ru: 'Кнопки задачи записаны с ошибкой («{part}»): у каждой нужен свой код латиницей и название.',
    en: 'The buttons of the task are written wrongly (“{part}”): write code:Label|code:Label, each code once.',
  },
  'not-drawn': {
    ru: 'В файле нет рисунка: нарисуйте процесс заново или сохраните файл в своей программе вместе с рисунком.',
    en: 'There is no drawing in the file: draw the process anew, or export the file with its drawing.',
  },
  'process-owner': {
    ru: 'У процесса нет владельца: выберите роль в поле «Владелец процесса», чтобы было кому следить за сроками.',
    en: 'The process has no owner: choose a role in the field “Owner of the process”, so that somebody watches its deadlines.',
  },
  // of bpmnlint
  'conditional-event': {
    ru: 'У условного события нет условия: напишите, чего оно ждёт.',
    en: 'The conditional event has no condition: write what it waits for.',
  },
  'end-event-required': {
    ru: 'Нет завершающего события: покажите, чем всё заканчивается.',
    en: 'There is no end event: show how it ends.',
  },
  'event-based-gateway': {
    ru: 'За шлюзом событий нужны не меньше двух ждущих событий: добавьте их или уберите шлюз.',
    en: 'An event-based gateway needs at least two events behind it: add them, or remove the gateway.',
  },
  'event-sub-process-typed-start-event': {
    ru: 'Подпроцесс-событие начинается ничем: задайте старту вид события (таймер, сообщение, ошибка).',
    en: 'Nothing starts the event sub-process: give its start an event (timer, message, error).',
  },
  'fake-join': {
    ru: 'Сюда ведут несколько потоков без шлюза: элемент выполнится по разу на каждый; поставьте шлюз, если его нужно выполнить один раз.',
    en: 'Several flows lead here without a gateway, and each runs the element: put a gateway if it is to run once.',
  },
  global: {
    ru: 'Сообщение, сигнал или ошибка не названы, повторяются или нигде не используются: дайте имя, объедините или удалите.',
    en: 'A message, signal or error has no name, is there twice, or is not used: name, merge or delete it.',
  },
  'label-required': {
    ru: 'Нет подписи: подпишите элемент, чтобы схему можно было прочесть.',
    en: 'There is no label: name the element, so that the diagram can be read.',
  },
  'link-event': {
    ru: 'У ссылки нет имени или пары: нужны начало и ровно один конец с тем же именем.',
    en: 'The link has no name or no partner: it needs a start and exactly one end of the same name.',
  },
  'no-bpmndi': {
    ru: 'Элемент есть в файле, но не нарисован: нарисуйте его или удалите.',
    en: 'The element is in the file but not drawn: draw it, or delete it.',
  },
  'no-complex-gateway': {
    ru: 'Сложные шлюзы не выполняются: возьмите шлюз «или» либо «и» с условиями.',
    en: 'Complex gateways do not run: use an inclusive or parallel gateway with conditions.',
  },
  'no-duplicate-sequence-flows': {
    ru: 'Два одинаковых потока между одними элементами: удалите лишний.',
    en: 'Two equal flows connect the same elements: delete one.',
  },
  'no-gateway-join-fork': {
    ru: 'Шлюз и собирает, и разделяет потоки: поставьте два шлюза подряд.',
    en: 'The gateway both joins and splits: put two gateways in a row.',
  },
  'no-implicit-split': {
    ru: 'Отсюда выходит несколько потоков сразу: поставьте шлюз, чтобы было видно, выбор это или одновременная работа.',
    en: 'Several flows leave here at once: put a gateway, to show whether it is a choice or work side by side.',
  },
  'no-overlapping-elements': {
    ru: 'Элемент лежит поверх другого или вышел за рамку: раздвиньте их.',
    en: 'The element lies over another or outside of its frame: move them apart.',
  },
  'single-blank-start-event': {
    ru: 'Несколько простых начал: оставьте одно.',
    en: 'There are several plain start events: keep one.',
  },
  'single-event-definition': {
    ru: 'У события несколько видов сразу: оставьте один.',
    en: 'The event is of several kinds at once: keep one.',
  },
  'start-event-required': {
    ru: 'Нет начала: поставьте стартовое событие.',
    en: 'There is no start: put a start event.',
  },
  'sub-process-blank-start-event': {
    ru: 'Подпроцесс должен начинаться простым стартовым событием: уберите у старта вид события.',
    en: 'A sub-process must begin with a plain start event: take the event off its start.',
  },
  'superfluous-gateway': {
    ru: 'Шлюз лишний: в него входит и из него выходит один поток; удалите его.',
    en: 'The gateway is superfluous: one flow enters and one leaves; delete it.',
  },
  'superfluous-termination': {
    ru: 'Прерывание лишнее: здесь больше нечего прерывать; возьмите простое завершение.',
    en: 'The termination is superfluous: there is nothing else to stop; use a plain end event.',
  },
};

/** The sentence of a rule in a language. */
export const say = (rule, language, params = {}) =>
  TEXTS[rule][language].replace(/\{(\w+)\}/g, (_, name) => String(params[name] ?? ''));
