// Runs in the page, after Chart.js and after the script that defines `charts`. Draws the charts of each result.
const palette = ["#2f6fde", "#e07b28", "#2a9d6f", "#8a5cd1", "#c8437a"];
const style = getComputedStyle(document.documentElement);
const soft = style.getPropertyValue("--soft").trim();
const line = style.getPropertyValue("--line").trim();

Chart.defaults.color = soft;
Chart.defaults.borderColor = line;
Chart.defaults.font.family = "system-ui, sans-serif";
Chart.defaults.animation = false;

charts.forEach((ofResult, i) => {
    ofResult.forEach((chart, j) => {
        new Chart(document.getElementById(`chart-${i}-${j}`), settingsOf(chart));
    });
});

function settingsOf(chart) {
    const isLine = chart.kind === "line";
    const measured = chart.series.filter((series) => !series.isReference);
    const labels = chart.series[0].points.map(([x]) => x);
    // Long labels need horizontal bars.
    const isHorizontal = !isLine && labels.some((label) => String(label).length > 14);
    const value = { beginAtZero: true, title: titleOf(chart.yTitle) };
    const category = { title: titleOf(chart.xTitle), grid: { display: isLine } };
    const x = isLine ? { ...category, type: "linear" } : category;
    return {
        type: chart.kind,
        data: {
            labels: isLine ? undefined : labels,
            datasets: chart.series.map((s, n) => datasetOf(s, n, isLine, isHorizontal)),
        },
        options: {
            indexAxis: isHorizontal ? "y" : "x",
            maintainAspectRatio: false,
            interaction: { mode: "index", intersect: false, axis: isHorizontal ? "y" : "x" },
            scales: isHorizontal ? { x: value, y: x } : { x, y: value },
            plugins: {
                legend: {
                    display: chart.series.length > 1 || measured.length > 1,
                    labels: { usePointStyle: true, boxHeight: 7 },
                },
                tooltip: {
                    callbacks: {
                        label: (item) =>
                            `${item.dataset.label}: ${format(isHorizontal ? item.parsed.x : item.parsed.y)}`,
                    },
                },
            },
        },
    };
}

function datasetOf(series, n, isLine, isHorizontal) {
    const colour = series.isReference ? soft : palette[n % palette.length];
    const data = series.points.map(([x, y]) => (isLine ? { x, y } : y));
    if (series.isReference) {
        return {
            type: isHorizontal ? "bar" : "line",
            label: series.label,
            data,
            borderColor: colour,
            backgroundColor: colour,
            borderDash: [6, 5],
            borderWidth: 1.5,
            pointRadius: 0,
            pointStyle: "line",
        };
    }
    return {
        label: series.label,
        data,
        borderColor: colour,
        backgroundColor: colour,
        borderWidth: isLine ? 2 : 0,
        borderRadius: 3,
        maxBarThickness: 42,
        pointRadius: data.length > 20 ? 0 : 3,
        pointStyle: isLine ? "circle" : "rectRounded",
    };
}

function titleOf(text) {
    return { display: text !== "", text };
}

function format(value) {
    return value.toLocaleString("en-US", { maximumFractionDigits: Math.abs(value) >= 100 ? 0 : 2 });
}
