declare module "parse-prometheus-text-format" {
    /** One metric family; values are text. */
    export default function parse(text: string): {
        readonly name: string;
        readonly type: string;
        readonly metrics: readonly { readonly labels?: Record<string, string>; readonly value: string }[];
    }[];
}
