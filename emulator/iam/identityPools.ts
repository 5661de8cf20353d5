/** An OAuth identity pool, a principal like an account. Seeded only: no API here makes one. */
export interface IdentityPool {
    /** `pool-111aaa` */
    id: string;
    displayName: string;
    seeded: boolean;
}
