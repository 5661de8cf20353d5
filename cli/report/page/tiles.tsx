import { concernNote, concerns, concernText } from "../concerns";
import type { Concern, Report } from "../report";
import { concernCount } from "../reportText";

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
                    count={concernCount(one, report)}
                    unchecked={report.unchecked.find(({ concern }) => concern === one)?.reason}
                    label={concernText(one, report.ageLimitSeconds)}
                    note={concernNote(one, report.ageLimitSeconds)}
                    pressed={pressed === one}
                    onPress={() => onPress(pressed === one ? "" : one)}
                />
            ))}
        </section>
    );
}

function Tile(props: {
    concern: Concern;
    /** `3`, `3 or more` or `?`. */
    count: string;
    /** Why not every key could be checked. */
    unchecked: string | undefined;
    label: string;
    note: string;
    pressed: boolean;
    onPress: () => void;
}) {
    const { concern, count, unchecked, label, note, pressed, onPress } = props;
    const hasKeys = /^[1-9]/.test(count);
    const [number = "", more] = count.split(" or ");
    return (
        <button
            type="button"
            class={`tile ${hasKeys ? concern : "zero"}`}
            aria-pressed={pressed}
            disabled={!hasKeys && !pressed}
            title={unchecked === undefined ? note : `${note} Not checked for every key: ${unchecked}`}
            onClick={onPress}
        >
            <span class="number">{number}</span>{" "}
            <span class="label">
                {more !== undefined && "or more "}
                {label}
                {number === "?" && ": not checked"}
            </span>
        </button>
    );
}
