import { concernText } from "../concerns";
import type { ScopeCounts } from "../scopeCounts";
import { spanText } from "../timeText";
import { usePage } from "./pageContext";

const nothing: ScopeCounts = { live: 0, unseen: 0, oldestSeconds: 0, found: [] };

/** A cell as a button that filters the keys below. */
export function CellButton(props: {
    counts: ScopeCounts | undefined;
    environment: { readonly id: string; readonly name: string };
    region: string;
    showsRegion: boolean;
}) {
    const { report, selection, select } = usePage();
    const { environment, region, showsRegion } = props;
    const { live, unseen, oldestSeconds, found } = props.counts ?? nothing;
    // A long name breaks behind the cloud first.
    const [cloud, name] = region.split(/(?<=\.)/);
    const isPressed = selection.environment === environment.id && selection.region === region;
    // 0 to 2: the thirds of the limit; 3: over it.
    const step = Math.min(2, Math.floor((3 * oldestSeconds) / report.ageLimitSeconds));
    const age = oldestSeconds > report.ageLimitSeconds ? 3 : step;
    return (
        <button
            type="button"
            class={`cell ${live === 0 ? "none-fit" : ""} ${found.length > 0 ? "troubled" : ""}`}
            style={live === 0 ? {} : { background: `var(--age-${age})` }}
            aria-pressed={isPressed}
            onClick={() =>
                select(isPressed ? { environment: "", region: "" } : { environment: environment.id, region })
            }
        >
            <span class="hidden">{environment.name || environment.id}, </span>
            <span class={showsRegion ? "line" : "hidden"}>
                {cloud}
                <wbr />
                {name}
            </span>
            <span class="hidden">: </span>
            <span class="number">{countText(live, unseen)}</span>
            <span class="hidden"> {live === 1 ? "key" : "keys"}, oldest </span>
            <span class="oldest">{live === 0 ? "–" : spanText(oldestSeconds)}</span>
            {found.map(({ concern, count }) => (
                <strong key={concern} class="line">
                    <span class="hidden">, </span>
                    {count} {concernText(concern, report.ageLimitSeconds)}
                </strong>
            ))}
        </button>
    );
}

/** `3`, `3+` or `?` if it is not known whether there are more. */
function countText(live: number, unseen: number): string {
    if (unseen === 0) return String(live);
    return live === 0 ? "?" : `${live}+`;
}

/** Explains the colours of the cells. */
export function Legend() {
    const limit = usePage().report.ageLimitSeconds;
    const texts = [limit / 3, (2 * limit) / 3, limit].map((end) => `under ${spanText(end)}`);
    return (
        <p class="legend">
            <span>Oldest key</span>
            {[...texts, "over age"].map((text, step) => (
                <span key={text} class="entry">
                    <span class="swatch" style={{ background: `var(--age-${step})` }} aria-hidden="true" />
                    {text}
                </span>
            ))}
        </p>
    );
}
