// In the place of the library's validator of element templates: ours are made by us, none is read from elsewhere.
export const getSchemaVersion = () => '0.0.0';
export const getZeebeSchemaVersion = () => '0.0.0';
export const getZeebeSchemaPackage = () => '';
export const validate = () => ({ valid: true });
export const validateZeebe = validate;
