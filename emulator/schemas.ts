/**
 * Parts of JSON bodies that several resources share. The bodies themselves have no types: __tests__/contract compares them with
 * Confluent's OpenAPI files.
 */

export interface ObjectReference {
    api_version?: string;
    kind?: string;
    id: string;
    environment?: string;
    related: string;
    resource_name: string;
}

export interface DataTypeBody {
    type: string;
    nullable: boolean;
    length?: number;
    precision?: number;
    scale?: number;
    /** Of INTERVAL_DAY_TIME. */
    fractional_precision?: number;
    /** Of an interval: `DAY_TO_SECOND`. */
    resolution?: string;
    /** Of ARRAY and MULTISET. */
    element_type?: DataTypeBody;
    /** Of MAP. */
    key_type?: DataTypeBody;
    value_type?: DataTypeBody;
    /** Of ROW. */
    fields?: { name: string; field_type: DataTypeBody }[];
}
