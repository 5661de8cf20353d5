import { execFile } from "node:child_process";
import {
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    symlinkSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import ts from "typescript";

const run = promisify(execFile);
const repository = join(__dirname, "..", "..");

export interface PackageJson {
    readonly name: string;
    readonly main: string;
    readonly types: string;
    readonly bin?: Readonly<Record<string, string>>;
    readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
    readonly dependencies: Readonly<Record<string, string>>;
    readonly peerDependencies: Readonly<Record<string, string>>;
}

/**
 * An empty project in a temporary folder with the packed package in its node_modules. The only other packages are the
 * package's declared dependencies, as links to those of this repository. So nothing is downloaded, and a dependency that
 * is not declared is missing.
 */
export class Consumer {
    readonly folder: string;
    /** Size of the tarball in bytes. */
    readonly packedBytes: number;
    /** The package.json of the installed package. */
    readonly package: PackageJson;

    private constructor(
        readonly name: string,
        folder: string,
        packedBytes: number,
    ) {
        this.folder = folder;
        this.packedBytes = packedBytes;
        this.package = JSON.parse(readFileSync(this.path("package.json"), "utf8"));
    }

    /**
     * Packs the build in dist/ as it is.
     * @param name the package's name
     * @param packed folder of its package.json in the repository
     */
    static async install(name = "pulumi-confluent-flink", packed = "."): Promise<Consumer> {
        const folder = mkdtempSync(join(tmpdir(), "confluent-flink-package-"));
        try {
            const modules = join(folder, "node_modules");
            const installed = join(modules, name);
            mkdirSync(installed, { recursive: true });
            const { stdout } = await run(
                "npm",
                [
                    "pack",
                    packed,
                    "--ignore-scripts",
                    "--json",
                    "--offline",
                    "--logs-max=0",
                    "--pack-destination",
                    folder,
                ],
                { cwd: repository, shell: process.platform === "win32" },
            );
            const [{ filename, size }] = JSON.parse(stdout) as [{ filename: string; size: number }];
            await run("tar", ["-xzf", join(folder, filename), "-C", installed, "--strip-components=1"]);
            const consumer = new Consumer(name, folder, size);
            const { dependencies, peerDependencies } = consumer.package;
            for (const name of [...Object.keys({ ...dependencies, ...peerDependencies }), "@types/node"])
                consumer.link(name);
            return consumer;
        } catch (error) {
            rmSync(folder, { recursive: true, force: true });
            throw error;
        }
    }

    /** All files of the installed package, as relative paths. */
    files(): string[] {
        return readdirSync(this.path("."), { recursive: true, withFileTypes: true })
            .filter((file) => file.isFile())
            .map((file) => join(file.parentPath, file.name).slice(this.path(".").length + 1))
            .sort();
    }

    /** The absolute path of a file in the installed package. */
    path(name: string): string {
        return join(this.folder, "node_modules", this.name, name);
    }

    /** Installs another package by a link to this repository's copy. */
    link(name: string): void {
        const target = join(this.folder, "node_modules", name);
        mkdirSync(dirname(target), { recursive: true });
        symlinkSync(join(repository, "node_modules", name), target, "dir");
    }

    write(name: string, text: string): void {
        mkdirSync(dirname(join(this.folder, name)), { recursive: true });
        writeFileSync(join(this.folder, name), text);
    }

    /** Runs Node.js in the project's folder and returns its output. If it fails, throws an error with its output. */
    async node(...args: string[]): Promise<string> {
        return this.nodeIn(".", {}, ...args);
    }

    /** The same in a subfolder, with additional environment variables. */
    async nodeIn(folder: string, env: NodeJS.ProcessEnv, ...args: string[]): Promise<string> {
        const options = { cwd: join(this.folder, folder), env: { ...process.env, ...env } };
        try {
            return (await run(process.execPath, args, options)).stdout;
        } catch (error) {
            const { stdout, stderr, message } = error as { stdout: string; stderr: string; message: string };
            throw new Error([message, stdout, stderr].join("\n"));
        }
    }

    /**
     * Compiles the project, or a subfolder, with this repository's TypeScript and the tsconfig.json there. Checks the program and the
     * package's declarations, whatever `skipLibCheck` says, and not those of other packages.
     */
    compile(folder = "."): void {
        const place = join(this.folder, folder);
        const { config } = ts.readConfigFile(join(place, "tsconfig.json"), ts.sys.readFile);
        const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, place);
        const program = ts.createProgram(fileNames, { ...options, skipLibCheck: false });
        const checked = program
            .getSourceFiles()
            .filter(
                ({ fileName }) => !fileName.includes("/node_modules/") || fileName.startsWith(this.path(".")),
            );
        const errors = [
            ...program.getConfigFileParsingDiagnostics(),
            ...program.getOptionsDiagnostics(),
            ...program.getGlobalDiagnostics(),
            ...checked.flatMap((file) => [
                ...program.getSyntacticDiagnostics(file),
                ...program.getSemanticDiagnostics(file),
            ]),
        ];
        // Without a file, it would check those of other packages.
        for (const file of checked) program.emit(file);
        if (errors.length === 0) return;
        const host = {
            getCurrentDirectory: () => place,
            getCanonicalFileName: String,
            getNewLine: () => "\n",
        };
        throw new Error(ts.formatDiagnostics(errors, host));
    }

    remove(): void {
        rmSync(this.folder, { recursive: true, force: true });
    }
}
