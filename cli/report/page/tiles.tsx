import { concernNote, concerns, concernText, softConcerns } from "../concerns";
import type { Concern } from "../report";
import { concernCount } from "../reportText";
import { usePage } from "./pageContext";

/** A tile for each concern, with the number of keys. A tile filters the keys by its concern. */
export function Tiles({ onShowKeys }: { onShowKeys: () => void }) {
    return (
        <section aria-labelledby="concerns-title" class="tiles">
            <h2 id="concerns-title" class="hidden">
                Needs attention
            </h2>
            {concerns.map((concern) => (
                <Tile key={concern} concern={concern} onShowKeys={onShowKeys} />
            ))}
        </section>
    );
}

function Tile({ concern, onShowKeys }: { concern: Concern; onShowKeys: () => void }) {
    const { report, selection, select } = usePage();
    // `3`, `3 or more` or `?`.
    const [number = "", more] = concernCount(concern, report).split(" or ");
    const hasKeys = /^[1-9]/.test(number);
    const isPressed = selection.concern === concern;
    const unchecked = report.unchecked.find((one) => one.concern === concern);
    const note = concernNote(concern, report.ageLimitSeconds);
    const tone = !hasKeys ? "quiet" : softConcerns.includes(concern) ? "caution" : "alarm";
    return (
        <button
            type="button"
            class={`panel tile ${concern}`}
            aria-pressed={isPressed}
            disabled={!hasKeys && !isPressed}
            title={unchecked === undefined ? note : `${note} Not checked for every key: ${unchecked.reason}`}
            onClick={() => {
                select({ concern: isPressed ? "" : concern });
                if (!isPressed) onShowKeys();
            }}
        >
            <span class={`number ${tone}`}>{number}</span>{" "}
            <span class="label">
                {more !== undefined && "or more "}
                {concernText(concern, report.ageLimitSeconds)}
                {number === "?" && ": not checked"}
            </span>
        </button>
    );
}
