import type { Clock } from "../../confluent/clock";
import type { ConfluentApi } from "../../confluent/confluentApi";
import type { Credentials } from "../../confluent/credentials";
import type { FlinkScope } from "../../confluent/flinkScope";
import type { ConformanceOptions } from "./conformanceOptions";
import type { RawClient } from "./rawClient";

/** What a run works with. */
export interface RunContext {
    readonly options: ConformanceOptions;
    readonly controlPlane: RawClient;
    /** The region's Flink endpoint. */
    readonly region: RawClient;
    readonly api: ConfluentApi;
    readonly credentials: Credentials;
    readonly clock: Clock;
    readonly stop: AbortSignal;
    readonly scope: FlinkScope;
    readonly organizationId: string;
    /** Six hexadecimal digits. */
    readonly runId: string;
    /** How often each duration is measured. */
    readonly samples: number;
    readonly startMs: number;
    /** When the time limit is reached, by the clock. */
    readonly deadlineMs: number;
    /** Shows the current step. */
    readonly showProgress: (text: string) => void;
}
