import axios from "axios";
import type { FlinkEnvironmentVariables } from "../components";

/** The result of `runStatement`. */
export interface StatementRun {
    /** `created`, `read (RUNNING)`, `updated (STOPPED)`, `deleted` */
    readonly steps: readonly string[];
    readonly tookMs: number;
}

const phaseLimitMs = 10_000;
const betweenReadsMs = 100;

/**
 * Uses a key like a workload, with nothing but its environment variables: creates a Flink SQL statement, waits until it
 * runs, stops it, deletes it, and waits until it is gone. Throws at the first unexpected response.
 */
export async function runStatement(
    environment: FlinkEnvironmentVariables,
    name: string,
): Promise<StatementRun> {
    const startMs = Date.now();
    const { CONFLUENT_ORGANIZATION_ID: organization, CONFLUENT_ENVIRONMENT_ID: id } = environment;
    const flink = axios.create({
        baseURL: `${environment.FLINK_REST_ENDPOINT}/sql/v1/organizations/${organization}/environments/${id}/statements`,
        auth: { username: environment.FLINK_API_KEY, password: environment.FLINK_API_SECRET },
    });
    const steps: string[] = [];
    await flink.post("", {
        name,
        spec: { statement: "SELECT 1", principal: environment.FLINK_PRINCIPAL_ID, properties: {} },
    });
    steps.push("created");
    steps.push(`read (${await awaitPhase(/^(RUNNING|COMPLETED)$/)})`);
    const { data: statement } = await flink.get(`/${name}`);
    await flink.put(`/${name}`, { ...statement, spec: { ...statement.spec, stopped: true } });
    steps.push(`updated (${await awaitPhase(/^(STOPPED|COMPLETED)$/)})`);
    await flink.delete(`/${name}`);
    await awaitPhase(/^gone$/);
    steps.push("deleted");
    return { steps, tookMs: Date.now() - startMs };

    async function awaitPhase(wanted: RegExp): Promise<string> {
        const limitMs = Date.now() + phaseLimitMs;
        for (;;) {
            const phase = await readPhase();
            if (wanted.test(phase)) return phase;
            if (Date.now() > limitMs)
                throw new Error(`The statement is ${phase} after ${phaseLimitMs / 1000} s.`);
            await new Promise((resolve) => setTimeout(resolve, betweenReadsMs));
        }
    }

    async function readPhase(): Promise<string> {
        const answer = await flink.get(`/${name}`, { validateStatus: () => true });
        if (answer.status === 403 || answer.status === 404) return "gone";
        if (answer.status !== 200) throw new Error(`GET statement ${name}: ${answer.status}`);
        return String(answer.data?.status?.phase);
    }
}
