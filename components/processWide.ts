/**
 * The value called `name` of this process, made once. An app and a library that it uses may each bring a copy of this package,
 * so that cannot be kept in a module. Its shape never changes: a copy of another version uses it too.
 */
export function processWide<T extends object>(name: string, make: () => T): T {
    const values = globalThis as unknown as Record<symbol, T | undefined>;
    const symbol = Symbol.for(`pulumi-confluent-flink/${name}`);
    values[symbol] ??= make();
    return values[symbol];
}
