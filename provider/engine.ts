import { createConnection } from "node:net";

export interface Engine {
    isAlive(): Promise<boolean>;
}

/** Throws if the engine has ended: nobody would store what this process does. `undone`: what was therefore not done. */
export async function requireEngine(engine: Engine, undone: string): Promise<void> {
    if (!(await engine.isAlive())) throw new Error(`${undone}: the Pulumi engine has ended.`);
}

const betweenLooksMs = 1_000;
const confirmAfterMs = 100;
const connectTimeoutMs = 2_000;

/**
 * Watches the engine, which may be killed alone. Ends this process as soon as the engine has ended: a key that is being created
 * then keeps its mark `unfinished`, and the next run removes it. Two signs, so that one holds on every system: this process
 * gets another parent, or nothing listens at the engine's address. `address`: default the first argument of this process.
 */
export function watchEngine(address = process.argv[2]): Engine {
    const parent = process.ppid;
    const [, host, port] = /^(127\.0\.0\.1|\[::1\]|localhost):(\d+)$/.exec(address ?? "") ?? [];
    const isAlive = async (): Promise<boolean> => {
        const hasEnded =
            process.ppid !== parent ||
            (host !== undefined && (await isRefusedTwice(host.replace(/[[\]]/g, ""), Number(port))));
        if (hasEnded) process.exit(1);
        return true;
    };
    const look = (): void => void isAlive().finally(() => setTimeout(look, betweenLooksMs).unref());
    setTimeout(look, betweenLooksMs).unref();
    return { isAlive };
}

/** Only a refused connection counts: a busy or paused engine still accepts one. */
async function isRefusedTwice(host: string, port: number): Promise<boolean> {
    if (!(await isRefused(host, port))) return false;
    await new Promise((resolve) => setTimeout(resolve, confirmAfterMs));
    return isRefused(host, port);
}

function isRefused(host: string, port: number): Promise<boolean> {
    return new Promise((resolve) => {
        const socket = createConnection({ host, port });
        const end = (refused: boolean): void => {
            socket.destroy();
            resolve(refused);
        };
        socket.setTimeout(connectTimeoutMs, () => end(false));
        socket.once("connect", () => end(false));
        socket.once("error", (error: NodeJS.ErrnoException) => end(error.code === "ECONNREFUSED"));
    });
}
