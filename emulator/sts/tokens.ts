/** A bearer token the emulator has handed out; its id is the token itself. */
export type Token =
    /** From the stub identity provider; goes to the STS and, with a pool, to the data plane. */
    | { id: string; kind: "external"; expiresAt: number }
    /** From the STS; opens the control plane as the pool. */
    | { id: string; kind: "sts"; expiresAt: number; identityPoolId: string };
