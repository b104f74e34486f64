// The service's own description of its requests, from its OpenAPI document.

import { getOpenApi } from '../api.js';

let loading;

/** Returns the schema of a request type, with all references in it resolved. */
export async function loadSchema(typeName) {
  loading ??= getOpenApi().then(document => document.components.schemas);
  return expand({ $ref: `/${typeName}` }, await loading);
}

function expand(schema, schemas) {
  const resolved = resolveReference(schema, schemas);
  if (!resolved.properties) return resolved;
  const properties = Object.entries(resolved.properties).map(([name, member]) => [name, expand(member, schemas)]);
  return { ...resolved, properties: Object.fromEntries(properties) };
}

function resolveReference(schema, schemas) {
  const reference = schema.$ref ?? schema.allOf?.[0]?.$ref;
  if (!reference) return schema;
  const target = schemas[reference.split('/').at(-1)];
  const description = schema.description ?? target.description;
  return { ...target, ...schema, $ref: undefined, allOf: undefined, description };
}
