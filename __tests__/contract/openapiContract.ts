import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Document, OpenAPIBackend, type Operation, type Request } from "openapi-backend";
import { parse } from "yaml";
import type { Exchange } from "../../emulator";
import { QUIRKS } from "./quirks";

/** Confluent's OpenAPI files, as Confluent publishes them (Apache-2.0, LICENSE beside them). */
const OPENAPI_FOLDER = join(__dirname, "openapi");

export interface OpenapiContract {
    /**
     * The violations in an exchange; empty when there are none. A request that got 400 or 422 is not checked, nor the response
     * of a fault rule.
     */
    check(exchange: Exchange): string[];
}

/** A schema, dereferenced. */
interface Schema {
    type?: string;
    nullable?: boolean;
    readOnly?: boolean;
    required?: string[];
    properties?: Record<string, Schema>;
    additionalProperties?: boolean | Schema;
    items?: Schema;
    allOf?: Schema[];
    [other: string]: unknown;
}

interface Specification {
    /** Read-only properties are not required here. */
    requests: OpenAPIBackend;
    responses: OpenAPIBackend;
}

const FORMATS: Readonly<Record<string, RegExp>> = {
    uri: /^[a-z][a-z0-9+.-]*:\/\/\S+$/i,
    "date-time": /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/,
    uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
    email: /^[^@\s]+@[^@\s]+$/,
    duration: /^P\S+$/,
};

/** Headers that a response must have where the specification declares them. */
const EXPECTED_HEADERS = ["x-request-id", "location", "www-authenticate"];

export async function loadOpenapiContract(): Promise<OpenapiContract> {
    const files = readdirSync(OPENAPI_FOLDER).filter((file) => file.endsWith(".yaml"));
    const specifications = await Promise.all(files.map((file) => load(join(OPENAPI_FOLDER, file))));
    return { check: (exchange) => check(specifications, exchange) };
}

async function load(file: string): Promise<Specification> {
    const document = withoutBareNullable(parse(readFileSync(file, "utf8"), { maxAliasCount: -1 }));
    const forRequests = withoutReadOnlyRequired(structuredClone(document), schemasOf(document));
    const [requests, responses] = [forRequests, document].map(
        (definition) =>
            new OpenAPIBackend({
                definition: definition as Document,
                quick: true,
                ajvOpts: { strict: false, allErrors: true, unicodeRegExp: false, logger: false },
                customizeAjv: (ajv) => {
                    for (const [name, format] of Object.entries(FORMATS)) {
                        ajv.addFormat(name, format);
                    }
                    return ajv;
                },
            }),
    ) as [OpenAPIBackend, OpenAPIBackend];
    await Promise.all([requests.init(), responses.init()]);
    return { requests, responses };
}

function check(specifications: readonly Specification[], exchange: Exchange): string[] {
    if (exchange.path.startsWith("/_emulator")) {
        return [];
    }
    const request: Request = {
        method: exchange.method,
        path: exchange.path,
        query: exchange.query as Record<string, string | string[]>,
        headers: exchange.requestHeaders as Record<string, string>,
        body: exchange.requestBody,
    };
    for (const { requests, responses } of specifications) {
        const operation = responses.router.matchOperation(request);
        if (operation !== undefined) {
            const violations = [
                ...(exchange.status === 400 || exchange.status === 422
                    ? []
                    : checkRequest(requests, request)),
                ...(exchange.status === null || exchange.fault !== undefined
                    ? []
                    : checkResponse(responses, operation, exchange)),
            ];
            const name = `${exchange.method} ${operation.path}`;
            return [...new Set(violations)]
                .filter((violation) => !isQuirk(name, violation))
                .map((violation) => `${name}: ${violation}`);
        }
    }
    return [`${exchange.method} ${exchange.path}: no specification has this operation`];
}

function isQuirk(operation: string, violation: string): boolean {
    return QUIRKS.some(
        (quirk) =>
            (quirk.operation === "*" || quirk.operation === operation) && quirk.violation.test(violation),
    );
}

function checkRequest(backend: OpenAPIBackend, request: Request): string[] {
    const operation = backend.router.matchOperation(request);
    if (operation === undefined) {
        return [];
    }
    const { errors } = backend.validator.validateRequest(request, operation);
    const content = Object.values((operation.requestBody as { content?: object } | undefined)?.content ?? {});
    const schema = (content[0] as { schema?: Schema } | undefined)?.schema;
    return [
        ...(errors ?? []).map(
            (error) =>
                `request ${error.instancePath.replace("/requestBody", "") || "/"} ${error.message}${propertyOf(error)}`,
        ),
        ...(schema === undefined ? [] : undeclared(schema, request.body, "", true)).map(
            (text) => `request ${text}`,
        ),
    ];
}

function checkResponse(backend: OpenAPIBackend, operation: Operation, exchange: Exchange): string[] {
    const response = operation.responses?.[String(exchange.status)] as
        | { headers?: object; content?: Record<string, { schema?: Schema }> }
        | undefined;
    if (response === undefined) {
        return [`status ${exchange.status} is not documented`];
    }
    const name = `response ${exchange.status}`;
    const violations = Object.keys(response.headers ?? {})
        .map((header) => header.toLowerCase())
        .filter(
            (header) => EXPECTED_HEADERS.includes(header) && exchange.responseHeaders[header] === undefined,
        )
        .map((header) => `${name} has no header ${header}`);
    // As a client sees it: undefined fields are not sent.
    const body =
        exchange.responseBody === undefined ? undefined : JSON.parse(JSON.stringify(exchange.responseBody));
    const schema = response.content?.["application/json"]?.schema;
    if (schema === undefined) {
        return body === undefined ? violations : [...violations, `${name} has a body, none is documented`];
    }
    if (body === undefined) {
        return [...violations, `${name} has no body`];
    }
    const { errors } = backend.validator.validateResponse(body, operation, exchange.status ?? undefined);
    return [
        ...violations,
        ...(errors ?? []).map(
            (error) => `${name} ${error.instancePath || "/"} ${error.message}${propertyOf(error)}`,
        ),
        ...undeclared(schema, body, "", false).map((text) => `${name} ${text}`),
    ];
}

function propertyOf(error: { params: Record<string, unknown> }): string {
    const name = error.params.additionalProperty;
    return name === undefined ? "" : ` (${name})`;
}

/** Fields that the schema does not declare, and in a request the read-only ones. */
function undeclared(schema: Schema, value: unknown, pointer: string, isRequest: boolean): string[] {
    const parts = flatten(schema);
    if (Array.isArray(value)) {
        const items: Schema = {
            allOf: parts.flatMap((part): Schema[] => (part.items === undefined ? [] : [part.items])),
        };
        return value.flatMap((item, index) => undeclared(items, item, `${pointer}/${index}`, isRequest));
    }
    const isOpen = parts.every((part) => part.properties === undefined) || parts.some(hasOpenEnd);
    if (typeof value !== "object" || value === null) {
        return [];
    }
    return Object.entries(value).flatMap(([name, field]) => {
        const path = `${pointer}/${name}`;
        const declared = parts.flatMap((part): Schema[] => {
            const property = part.properties?.[name];
            return property === undefined ? [] : [property];
        });
        if (declared.length === 0) {
            return isOpen ? [] : [`${path} is not declared`];
        }
        if (isRequest && declared.some((one) => one.readOnly === true)) {
            return [`${path} is read-only`];
        }
        return undeclared({ allOf: declared }, field, path, isRequest);
    });
}

function hasOpenEnd(part: Schema): boolean {
    return part.additionalProperties === true || typeof part.additionalProperties === "object";
}

function flatten(schema: Schema): Schema[] {
    return [schema, ...(schema.allOf ?? []).flatMap(flatten)];
}

/** Removes `nullable` without a `type`: OpenAPI 3.0 does not allow it, and Ajv rejects it. */
function withoutBareNullable(node: unknown): unknown {
    if (Array.isArray(node)) {
        return node.map(withoutBareNullable);
    }
    if (!isObject(node)) {
        return node;
    }
    const isBare = typeof node.nullable === "boolean" && node.type === undefined;
    return Object.fromEntries(
        Object.entries(node)
            .filter(([key]) => !(isBare && key === "nullable"))
            .map(([key, value]) => [key, withoutBareNullable(value)]),
    );
}

/** A read-only property is required in responses only. */
function withoutReadOnlyRequired(node: unknown, schemas: Record<string, Schema>): unknown {
    if (Array.isArray(node)) {
        for (const item of node) {
            withoutReadOnlyRequired(item, schemas);
        }
    } else if (isObject(node)) {
        const { required, properties } = node as Schema;
        if (Array.isArray(required)) {
            const readOnly = (name: string): boolean => {
                const property = properties?.[name];
                const target =
                    typeof property?.$ref === "string"
                        ? schemas[property.$ref.split("/").at(-1) ?? ""]
                        : property;
                return target?.readOnly === true;
            };
            (node as Schema).required = required.filter((name) => !readOnly(name));
        }
        for (const value of Object.values(node)) {
            withoutReadOnlyRequired(value, schemas);
        }
    }
    return node;
}

function schemasOf(document: unknown): Record<string, Schema> {
    return (document as { components: { schemas: Record<string, Schema> } }).components.schemas;
}

function isObject(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
