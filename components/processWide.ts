/**
 * The value called `name` of this process, made once. An app and a library that it uses may each bring their own copy of this
 * package, of different versions. So what must exist once in a program is not kept in a module. The shape of a value never changes:
 * a copy of another version uses it too.
 */
export function processWide<T extends object>(name: string, make: () => T): T {
    const values = globalThis as unknown as Record<symbol, T | undefined>;
    const symbol = Symbol.for(`pulumi-confluent-flink/${name}`);
    values[symbol] ??= make();
    return values[symbol];
}
