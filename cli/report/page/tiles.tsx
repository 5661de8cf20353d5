import { type Concern, concerns } from "../concerns";
import type { Report } from "../report";
import { concernText } from "../reportText";
import { concernNote } from "./concernNotes";

/** A tile for each concern, with the number of keys. A tile filters the keys by its concern. */
export function Tiles(props: {
    report: Report;
    /** The concern that the keys are filtered by; empty if there is none. */
    pressed: Concern | "";
    onPress: (concern: Concern | "") => void;
}) {
    const { report, pressed, onPress } = props;
    return (
        <section aria-labelledby="concerns-title" class="tiles">
            <h2 id="concerns-title" class="hidden">
                Needs attention
            </h2>
            {concerns.map((one) => (
                <Tile
                    key={one}
                    concern={one}
                    count={report.summary[one]}
                    label={concernText(one, report.ageLimitSeconds)}
                    note={concernNote(one, report)}
                    pressed={pressed === one}
                    onPress={() => onPress(pressed === one ? "" : one)}
                />
            ))}
        </section>
    );
}

function Tile(props: {
    concern: Concern;
    count: number;
    label: string;
    note: string;
    pressed: boolean;
    onPress: () => void;
}) {
    const { concern, count, label, note, pressed, onPress } = props;
    return (
        <button
            type="button"
            class={`tile ${count === 0 ? "zero" : concern}`}
            aria-pressed={pressed}
            disabled={count === 0 && !pressed}
            title={note}
            onClick={onPress}
        >
            <span class="number">{count}</span> <span class="label">{label}</span>
        </button>
    );
}
