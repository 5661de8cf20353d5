import type { Layout, Line } from "./matrixLayout";

/** The header rows of the matrix. */
export function MatrixHead({ layout, columns }: { layout: Layout; columns: readonly Line[] }) {
    if (layout === "wrapped") {
        return (
            <thead>
                <tr>
                    <th scope="col">Environment</th>
                    <th scope="col">Regions</th>
                </tr>
            </thead>
        );
    }
    if (layout === "environmentsAcross") {
        return (
            <thead>
                <tr>
                    <th scope="col">Region</th>
                    {columns.map(({ id, name, idBelow }) => (
                        <th key={id} scope="col">
                            <span class="name">{name}</span>
                            {idBelow !== "" && <span class="id">{idBelow}</span>}
                        </th>
                    ))}
                </tr>
            </thead>
        );
    }
    return (
        <thead>
            <tr>
                <th rowSpan={2} scope="col">
                    Environment
                </th>
                {groupByCloud(columns).map(({ cloud, count }) => (
                    <th key={cloud} colSpan={count} scope="colgroup" class="cloud">
                        {cloud.toUpperCase()}
                    </th>
                ))}
            </tr>
            <tr>
                {columns.map(({ id }) => (
                    <th key={id} scope="col">
                        {id.slice(id.indexOf(".") + 1)}
                    </th>
                ))}
            </tr>
        </thead>
    );
}

function groupByCloud(regions: readonly Line[]): { cloud: string; count: number }[] {
    const counts = new Map<string, number>();
    for (const { id } of regions) {
        const cloud = id.slice(0, id.indexOf("."));
        counts.set(cloud, (counts.get(cloud) ?? 0) + 1);
    }
    return [...counts].map(([cloud, count]) => ({ cloud, count }));
}
