import { flinkArtifactRoutes } from "./artifact/flinkArtifacts";
import type { Cloud } from "./cloud";
import { kafkaClusterRoutes } from "./cmk/kafkaClusters";
import { emptyListRoutes } from "./emptyLists";
import { endpointRoutes } from "./endpoint/endpoints";
import { computePoolConfigRoutes } from "./fcpm/computePoolConfig";
import { computePoolRoutes } from "./fcpm/computePools";
import { regionRoutes } from "./fcpm/regions";
import { apiKeyRoutes } from "./iam/apiKeys";
import { identityPoolRoutes, identityProviderRoutes } from "./iam/identityProviders";
import { roleBindingRoutes } from "./iam/roleBindings";
import { roleCatalogRoutes } from "./iam/roleCatalog";
import { serviceAccountRoutes } from "./iam/serviceAccounts";
import { userRoutes } from "./iam/users";
import { sessionRoutes } from "./login/sessions";
import { unversionedApiRoutes } from "./login/unversionedApi";
import { environmentRoutes } from "./org/environments";
import { organizationRoutes } from "./org/organizations";
import type { Route } from "./route";
import { appliedQuotaRoutes } from "./serviceQuota/appliedQuotas";
import { connectionRoutes } from "./sql/connections";
import { materializedTableRoutes } from "./sql/materializedTables";
import { statementRoutes } from "./sql/statements";
import { schemaRegistryRoutes } from "./srcm/schemaRegistries";
import { stubIdentityProviderRoutes } from "./sts/stubIdentityProvider";
import { tokenExchangeRoutes } from "./sts/tokenExchange";

/** Every route of Confluent Cloud's APIs that the emulator implements. */
export function apiRoutes(cloud: Cloud): Route[] {
    return [
        ...serviceAccountRoutes(cloud),
        ...userRoutes(cloud),
        ...roleBindingRoutes(cloud),
        ...apiKeyRoutes(cloud),
        ...environmentRoutes(cloud),
        ...organizationRoutes(cloud),
        ...regionRoutes(cloud),
        ...computePoolRoutes(cloud),
        ...statementRoutes(cloud),
        ...connectionRoutes(cloud),
        ...materializedTableRoutes(cloud),
        ...flinkArtifactRoutes(cloud),
        ...endpointRoutes(cloud),
        ...appliedQuotaRoutes(cloud),
        ...tokenExchangeRoutes(cloud),
        ...stubIdentityProviderRoutes(cloud),
        ...identityProviderRoutes(cloud),
        ...identityPoolRoutes(cloud),
        ...roleCatalogRoutes(),
        ...kafkaClusterRoutes(cloud),
        ...schemaRegistryRoutes(cloud),
        ...computePoolConfigRoutes(cloud),
        ...emptyListRoutes(cloud),
        ...sessionRoutes(cloud),
        ...unversionedApiRoutes(cloud),
    ];
}
