/** Propagation times, list lag and statuses in the emulator's format. Values that were not observed are left out. */
export interface EmulatorProfile {
    readonly format: "confluent-cloud-emulator/profile/1";
    readonly keyPropagationMs: { readonly min: number; readonly max: number } | undefined;
    readonly rolePropagationMs: { readonly min: number; readonly max: number } | undefined;
    readonly listLagMs: number | undefined;
    readonly revocationMs: number | undefined;
    /** How Confluent Cloud interprets `crn_pattern` when it lists role bindings. */
    roleBindingFilter?: "exact" | "prefix";
    /** Which edition of Confluent's page says who may create keys. */
    keyRoles?: "2026" | "2025";
    /** Where a Global API key works. */
    globalKeyApis?: "all" | "org-and-flink";
    readonly statuses: Readonly<Record<string, number>> | undefined;
}
