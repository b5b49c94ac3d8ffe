// Drives a served Marshrut with the official npm clients, unmodified. Prints one JSON line per finished step.
// argv: folder of the models. Environment: ADDRESS, PASSWORD.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import createCamundaClient from '@camunda8/orchestration-cluster-api';
import { Camunda8 } from '@camunda8/sdk';

const models = process.argv[2];
const { ADDRESS, PASSWORD } = process.env;
const done = (step) => console.log(JSON.stringify({ step }));

const signedIn = (login, validation = 'req:strict,res:strict') =>
  createCamundaClient({
    config: {
      CAMUNDA_REST_ADDRESS: ADDRESS,
      CAMUNDA_AUTH_STRATEGY: 'BASIC',
      CAMUNDA_BASIC_AUTH_USERNAME: login,
      CAMUNDA_BASIC_AUTH_PASSWORD: PASSWORD,
      CAMUNDA_SDK_VALIDATION: validation,
      CAMUNDA_SDK_LOG_LEVEL: 'error',
    },
  });
const at = { consistency: { waitUpToMs: 0 } };
const [designer, teacher, auditor, head] = ['designer', 'teacher', 'auditor', 'head'].map((login) => signedIn(login));

const file = (name) => new File([readFileSync(join(models, name))], name);
const deployed = await designer.createDeployment({
  resources: ['work.bpmn', 'request.bpmn', 'request_form.form', 'grade.dmn'].map(file),
});
assert.deepEqual(deployed.processes.map((each) => each.processDefinitionId).sort(), ['api_request', 'api_work']);
done('deployment');

const request = await teacher.createProcessInstance({ processDefinitionId: 'api_request' });
const found = await teacher.searchUserTasks(
  { filter: { processInstanceKey: request.processInstanceKey, state: 'CREATED' } },
  at,
);
assert.equal(found.items.length, 1);
const key = found.items[0].userTaskKey;
await teacher.completeUserTask({ userTaskKey: key, variables: { title: 'Из Node' } });
assert.equal((await teacher.getUserTask({ userTaskKey: key }, at)).state, 'COMPLETED');
done('user task');

const work = await teacher.createProcessInstance({ processDefinitionId: 'api_work', variables: { amount: 2 } });
const { jobs } = await designer.activateJobs({
  type: 'api.reserve',
  timeout: 60000,
  maxJobsToActivate: 5,
  requestTimeout: -1,
  worker: 'npm',
});
assert.equal(jobs.length, 1);
assert.equal(jobs[0].variables.amount, 2);
await designer.failJob({ jobKey: jobs[0].jobKey, retries: 0, errorMessage: 'нет места' });
const incidents = await auditor.searchIncidents(
  { filter: { processInstanceKey: work.processInstanceKey, state: 'ACTIVE' } },
  at,
);
assert.equal(incidents.items[0].errorMessage, 'нет места');
await designer.resolveIncident({ incidentKey: incidents.items[0].incidentKey });
done('incident');

await new Promise((resolve, reject) => {
  const worker = designer.createJobWorker({
    jobType: 'api.reserve',
    maxParallelJobs: 1,
    jobTimeoutMs: 60000,
    pollIntervalMs: 50,
    pollTimeoutMs: 1000,
    workerName: 'npm-worker',
    jobHandler: async (job) => {
      const receipt = await job.complete({ place: 'A7' });
      worker.stop();
      resolve();
      return receipt;
    },
  });
  setTimeout(() => reject(new Error('the worker got no job')), 20000).unref();
});
const elements = await auditor.searchElementInstances(
  { filter: { processInstanceKey: work.processInstanceKey } },
  at,
);
assert.deepEqual(
  elements.items.map((each) => [each.elementId, each.state]).sort(),
  [['reserve', 'COMPLETED'], ['reserved', 'COMPLETED'], ['start', 'COMPLETED']],
);
done('job worker');

const made = await designer.evaluateDecision({ decisionDefinitionId: 'api_grade', variables: { score: 97 } });
assert.equal(made.output, '"passed"');
done('decision');

const logs = await auditor.searchAuditLogs({ filter: { processInstanceKey: request.processInstanceKey } }, at);
assert.deepEqual(logs.items.map((each) => each.operationType), ['CREATE', 'COMPLETE']);
done('audit logs');

const source = readFileSync(join(models, 'request.bpmn'), 'utf8').replaceAll('"write"', '"compose"');
const newer = await designer.createDeployment({
  resources: [new File([source.replace('value="v1"', 'value="v2"')], 'request.bpmn'), file('request_form.form')],
});
const targetProcessDefinitionKey = newer.processes[0].processDefinitionKey;
const mappingInstructions = [{ sourceElementId: 'write', targetElementId: 'compose' }];
const moving = await teacher.createProcessInstance({
  processDefinitionId: 'api_request',
  processDefinitionVersion: request.processDefinitionVersion,
});
const { processInstanceKey } = moving;
await assert.rejects(
  designer.migrateProcessInstance({ processInstanceKey, targetProcessDefinitionKey, mappingInstructions: [] }),
  { status: 409 },
);
await designer.migrateProcessInstance({ processInstanceKey, targetProcessDefinitionKey, mappingInstructions });
await designer.modifyProcessInstance({
  processInstanceKey,
  activateInstructions: [{ elementId: 'approve', variableInstructions: [{ variables: { sum: 1 } }] }],
  terminateInstructions: [{ elementId: 'compose' }],
});
const counts = await auditor.getProcessInstanceStatistics({ processInstanceKey }, at);
assert.deepEqual(
  counts.items.filter((each) => each.active).map((each) => [each.elementId, each.active]),
  [['approve', 1]],
);
const flows = await auditor.getProcessInstanceSequenceFlows({ processInstanceKey }, at);
assert.deepEqual(flows.items.map((each) => each.sequenceFlowId), ['f0']);
const many = await head.cancelProcessInstancesBatchOperation({ filter: { processInstanceKey } });
await head.suspendBatchOperation({ batchOperationKey: many.batchOperationKey });
const aside = await head.getBatchOperation({ batchOperationKey: many.batchOperationKey }, at);
assert.deepEqual([aside.state, aside.operationsTotalCount], ['SUSPENDED', 1]);
await head.cancelBatchOperation({ batchOperationKey: many.batchOperationKey });
done('changes');

const pdf = Buffer.from('%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n');
// The client's own check takes the content of a file for a string: it is left out where content is sent or read.
const kept = await signedIn('teacher', 'req:none,res:strict').createDocument({
  file: new File([pdf], 'план.pdf', { type: 'application/pdf' }),
});
assert.deepEqual([kept.storeId, kept.metadata.fileName, kept.metadata.size], ['marshrut', 'план.pdf', pdf.length]);
const { documentId } = kept;
const reader = signedIn('teacher', 'req:strict,res:none');
const read = await reader.getDocument({ documentId, contentHash: kept.contentHash });
assert.deepEqual(Buffer.from(await read.arrayBuffer()), pdf);
await assert.rejects(auditor.getDocument({ documentId }), { status: 404 });
await teacher.deleteDocument({ documentId });
await assert.rejects(reader.getDocument({ documentId }), { status: 404 });
done('documents');

const older = new Camunda8({
  CAMUNDA_AUTH_STRATEGY: 'BASIC',
  CAMUNDA_BASIC_AUTH_USERNAME: 'designer',
  CAMUNDA_BASIC_AUTH_PASSWORD: PASSWORD,
  ZEEBE_REST_ADDRESS: ADDRESS,
}).getCamundaRestClient();
const again = await older.createProcessInstance({ processDefinitionId: 'api_work', variables: { amount: 1 } });
const taken = await older.activateJobs({
  type: 'api.reserve',
  timeout: 60000,
  maxJobsToActivate: 1,
  requestTimeout: -1,
  worker: 'sdk',
});
assert.equal(taken[0].processInstanceKey, again.processInstanceKey);
await taken[0].complete({ place: 'B1' });
await assert.rejects(older.completeJob({ jobKey: taken[0].jobKey, variables: {} }));
const second = await teacher.createProcessInstance({
  processDefinitionId: 'api_request',
  processDefinitionVersion: request.processDefinitionVersion,
});
const there = { processInstanceKey: second.processInstanceKey };
await older.migrateProcessInstance({ ...there, targetProcessDefinitionKey, mappingInstructions });
const [standing] = (await teacher.searchElementInstances({ filter: { ...there, elementId: 'compose' } }, at)).items;
await older.modifyProcessInstance({
  ...there,
  activateInstructions: [{ elementId: 'approve', variableInstructions: [], ancestorElementInstanceKey: '-1' }],
  terminateInstructions: [{ elementInstanceKey: standing.elementInstanceKey }],
});
const now = await auditor.getProcessInstanceStatistics(there, at);
assert.deepEqual(now.items.filter((each) => each.active).map((each) => each.elementId), ['approve']);
done('sdk 8.8');

const metadata = { fileName: 'отчёт.pdf', contentType: 'application/pdf' };
const sent = await older.uploadDocument({ file: pdf, metadata });
assert.deepEqual([sent.storeId, sent.metadata.fileName], ['marshrut', 'отчёт.pdf']);
assert.deepEqual(await older.downloadDocument({ documentId: sent.documentId, contentHash: sent.contentHash }), pdf);
await older.deleteDocument({ documentId: sent.documentId });
await assert.rejects(older.downloadDocument({ documentId: sent.documentId }), /404/);
done('documents of sdk 8.8');
process.exit(0);
