import { useEffect, useState } from "preact/hooks";

const themes = ["auto", "light", "dark"] as const;
type Theme = (typeof themes)[number];
const storageKey = "confluent-flink-theme";

/** Light, dark, or the setting of the system. Stored if the browser allows it. */
export function ThemeSwitch() {
    const [theme, setTheme] = useState<Theme>(remembered);
    useEffect(() => {
        document.documentElement.dataset.theme = theme;
        try {
            localStorage.setItem(storageKey, theme);
        } catch {
            // A page from a file may have no storage: the choice then holds until it is closed.
        }
    }, [theme]);
    return (
        <fieldset class="themes">
            <legend class="hidden">Colours</legend>
            {themes.map((one) => (
                <label key={one}>
                    <input
                        type="radio"
                        name="theme"
                        value={one}
                        checked={theme === one}
                        onChange={() => setTheme(one)}
                    />
                    <span>{one}</span>
                </label>
            ))}
        </fieldset>
    );
}

function remembered(): Theme {
    try {
        const theme = localStorage.getItem(storageKey);
        return themes.find((one) => one === theme) ?? "auto";
    } catch {
        return "auto";
    }
}
