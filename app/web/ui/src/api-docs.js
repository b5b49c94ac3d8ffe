// The browsable API page: <div data-island="api-docs" data-url="/openapi.json">
import SwaggerUI from 'swagger-ui-dist/swagger-ui-es-bundle.js';
import 'swagger-ui-dist/swagger-ui.css';

export default function mount(element) {
  SwaggerUI({ domNode: element, url: element.dataset.url, deepLinking: true, validatorUrl: null });
}
