/**
 * Stands for modules that `@pulumi/pulumi` loads at once, and that only the serialization of functions needs: npm's tree of packages,
 * and the compiler. They take 0.5 s in each test file. The compiler is loaded if it is used; the tree must not be used.
 */
const compiler = () => require("typescript");
module.exports = new Proxy(
    {},
    {
        // Whoever imports it asks for this first, and does not use the compiler yet.
        get: (_, name) => (name === "__esModule" ? undefined : compiler()[name]),
        has: (_, name) => name in compiler(),
    },
);
