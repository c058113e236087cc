// The five rules that come with the page: for Rulesmith as they are, on a schedule that fits the
// measurement; for the peer as the fastest SQL that we found for the same question.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

export const KINDS = ['VAULTS', 'MANAGEDHSMS'];
export const SPANS = ['period', 'all'];
export const NOW = '2026-03-02T00:30:00Z';

export const RULES = [
  { file: 'sensitive-operations', name: 'Sensitive operations', days: 1, sql: sensitive },
  { file: 'sensitive-operations-nrt', name: 'Sensitive operations (NRT)', days: 1, sql: sensitive },
  { file: 'mass-retrieval', name: 'Mass retrieval', days: 1, sql: massRetrieval },
  { file: 'time-series-anomaly', name: 'Time series anomaly', days: 14, sql: timeSeries },
  { file: 'threat-intelligence-ip', name: 'Threat intelligence', days: 14, sql: indicators },
];

/** A rule with its query as written, or with the other kind of resource, over its period or all 14 days. */
export function yaml({ file, name }, kind, span) {
  const text = readFileSync(new URL(`../rules/key-vault/${file}.yaml`, import.meta.url), 'utf8');
  const id = createHash('sha1').update(`${file} ${kind} ${span}`).digest('hex');
  const guid = id.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-5$3-8$4-$5');
  let changed = text.replace(/^id: .*$/m, `id: ${guid}`).replace(/^name: .*$/m, `name: ${label({ name }, kind, span)}`);
  changed = changed.replace(/^kind: NRT$/m, 'kind: Scheduled\nqueryFrequency: 1d\nqueryPeriod: 1d\ntriggerOperator: gt\ntriggerThreshold: 0');
  if (span === 'all') changed = changed.replace(/^queryPeriod: .*$/m, 'queryPeriod: 14d');
  return changed.replaceAll('"VAULTS"', `"${kind}"`);
}

/** Name of such a rule. */
export const label = ({ name }, kind, span) => `${name}, ${kind}, ${span}`;

const since = (days) => `TimeGenerated >= TIMESTAMP '${NOW.slice(0, 19)}' - INTERVAL ${days} DAY AND TimeGenerated < TIMESTAMP '${NOW.slice(0, 19)}'`;

/** The SQL of a rule. */
export const sql = (rule, kind, span) => rule.sql(kind, span === 'all' ? 'TRUE' : since(rule.days));

function sensitive(kind, span) {
  return `SELECT ResourceType, ResultType, Resource, identity_claim_upn_s, clientInfo_s,
    identity_claim_http_schemas_microsoft_com_identity_claims_objectidentifier_g AS AadUserId,
    count(*) AS EventCount, min(TimeGenerated) AS StartTime, max(TimeGenerated) AS EndTime,
    list(DISTINCT OperationName) AS Operations, list(DISTINCT requestUri_s) AS RequestUris,
    list(DISTINCT CallerIPAddress) AS CallerIPs, max(CallerIPAddress) AS CallerIPMax,
    split_part(identity_claim_upn_s, '@', 1) AS Name, split_part(identity_claim_upn_s, '@', 2) AS UPNSuffix
  FROM logs
  WHERE ResourceType = '${kind}' AND ResultType = 'Success' AND ${span}
    AND OperationName IN ('VaultDelete','KeyDelete','KeyPurge','KeyBackup','SecretDelete','SecretPurge','SecretBackup')
  GROUP BY 1, 2, 3, 4, 5, 6`;
}

const READS = (kind) => `ResourceType = '${kind}' AND OperationName IN ('SecretGet','KeyGet','VaultGet')`;

function massRetrieval(kind, span) {
  return `WITH reads AS (
    SELECT *, coalesce(nullif(identity_claim_oid_g, ''), identity_claim_http_schemas_microsoft_com_identity_claims_objectidentifier_g) AS CallerObjectId
    FROM logs WHERE ${READS(kind)} AND ${span}
      AND NOT (OperationName = 'VaultGet' AND identity_claim_appid_g IN ('509e4652-da8d-478d-a730-e9d4a1996ca4','8cae6e77-e04e-42ce-b5cb-50d82bce26b1'))),
  many AS (SELECT DISTINCT CallerObjectId FROM (
    SELECT CallerObjectId FROM reads WHERE ResultType = 'Success' GROUP BY OperationName, CallerObjectId HAVING count(*) > 25))
  SELECT ResourceType, ResultType, Resource, id_s, identity_claim_appid_g, CallerObjectId, identity_claim_upn_s AS CallerObjectUPN,
    count(*) AS EventCount, min(TimeGenerated) AS StartTime, max(TimeGenerated) AS EndTime,
    list(DISTINCT OperationName) AS Operations, list(DISTINCT requestUri_s) AS RequestUris,
    list(DISTINCT CallerIPAddress) AS CallerIPs, list(DISTINCT clientInfo_s) AS Clients, max(CallerIPAddress) AS CallerIPMax
  FROM reads WHERE CallerObjectId IN (SELECT CallerObjectId FROM many)
  GROUP BY 1, 2, 3, 4, 5, 6, 7`;
}

// The peer has no seasonal decomposition. Its score is the distance from the mean of the days in spreads of
// their quantiles, which is less work than the rule's.
function timeSeries(kind, span) {
  return `WITH reads AS (SELECT * FROM logs WHERE ${READS(kind)} AND ResultType = 'Success' AND ${span}),
  days AS (SELECT CallerIPAddress, date_trunc('day', TimeGenerated) AS Day, count(*) AS DailyCount FROM reads GROUP BY 1, 2),
  axis AS (SELECT * FROM range(TIMESTAMP '2026-02-16', TIMESTAMP '2026-03-02', INTERVAL 1 DAY) AS axis(Day)),
  filled AS (SELECT c.CallerIPAddress, a.Day, coalesce(d.DailyCount, 0) AS DailyCount
    FROM (SELECT DISTINCT CallerIPAddress FROM days) c CROSS JOIN axis a LEFT JOIN days d ON d.CallerIPAddress = c.CallerIPAddress AND d.Day = a.Day),
  fits AS (SELECT CallerIPAddress, regr_slope(DailyCount, epoch(Day)) AS slope, regr_intercept(DailyCount, epoch(Day)) AS base FROM filled GROUP BY 1),
  residuals AS (SELECT f.*, f.DailyCount - (l.base + l.slope * epoch(f.Day)) AS residual, l.base + l.slope * epoch(f.Day) AS baseline
    FROM filled f JOIN fits l USING (CallerIPAddress)),
  limits AS (SELECT CallerIPAddress, quantile_cont(residual, 0.1) AS low, quantile_cont(residual, 0.9) AS high FROM residuals GROUP BY 1),
  anomalies AS (SELECT r.CallerIPAddress, r.Day, r.DailyCount, r.baseline, (r.residual - l.high) / nullif(l.high - l.low, 0) * 2.7726 AS score
    FROM residuals r JOIN limits l USING (CallerIPAddress)
    WHERE (r.residual - l.high) / nullif(l.high - l.low, 0) * 2.7726 > 3 AND r.baseline > 25 AND r.Day > TIMESTAMP '2026-02-28 00:30:00'),
  hours AS (SELECT Resource, OperationName, id_s, CallerIPAddress, requestUri_s, clientInfo_s,
      coalesce(nullif(identity_claim_oid_g, ''), identity_claim_http_schemas_microsoft_com_identity_claims_objectidentifier_g) AS CallerObjectId,
      date_trunc('hour', TimeGenerated) AS Hour, max(TimeGenerated) AS LatestAnomalyTime
    FROM reads WHERE TimeGenerated > TIMESTAMP '2026-02-28 00:30:00' AND date_trunc('hour', TimeGenerated) IN (SELECT Day FROM anomalies)
    GROUP BY ALL)
  SELECT h.Resource, h.id_s, h.clientInfo_s, h.LatestAnomalyTime, count(*) AS EventCount, list(DISTINCT h.OperationName) AS Operations,
    list(DISTINCT h.requestUri_s) AS RequestUris, list(DISTINCT h.CallerObjectId) AS Accounts, max(h.CallerObjectId) AS AccountMax, max(a.score) AS score
  FROM anomalies a JOIN hours h USING (CallerIPAddress) GROUP BY 1, 2, 3, 4`;
}

function indicators(kind, span) {
  return `WITH latest AS (SELECT * FROM (
      SELECT *, row_number() OVER (PARTITION BY Id, ObservableValue ORDER BY TimeGenerated DESC) AS place FROM indicators
      WHERE ObservableKey LIKE 'ipv4-addr%' OR ObservableKey LIKE 'ipv6-addr%' OR ObservableKey LIKE 'network-traffic%')
    WHERE place = 1 AND IsActive AND ValidUntil > TIMESTAMP '${NOW.slice(0, 19)}'),
  events AS (SELECT TimeGenerated AS EventTime, CallerIPAddress AS ClientIP, ResourceId, SubscriptionId, OperationName, ResultType, CorrelationId, id_s,
      clientInfo_s, httpStatusCode_d, identity_claim_appid_g, identity_claim_http_schemas_microsoft_com_identity_claims_objectidentifier_g
    FROM logs WHERE ResourceType = '${kind}' AND ${span} AND TimeGenerated >= TIMESTAMP '${NOW.slice(0, 19)}' - INTERVAL 1 HOUR)
  SELECT l.Id, e.ClientIP, arg_max(e, e.EventTime) AS latest, arg_max(json, e.EventTime) AS description
  FROM (SELECT *, Data AS json FROM latest) l JOIN events e ON upper(l.ObservableValue) = e.ClientIP
  WHERE e.EventTime < l.ValidUntil GROUP BY 1, 2`;
}

/** Statements that read the files into tables, with their types, so that the peer need not guess them. */
export function tables(logName, columns) {
  const types = { TimeGenerated: 'TIMESTAMP', DurationMs: 'BIGINT', httpStatusCode_d: 'DOUBLE' };
  const declared = columns.map((name) => `'${name}': '${types[name] ?? 'VARCHAR'}'`).join(', ');
  return [
    `CREATE TABLE logs AS SELECT * FROM read_csv('${logName}', header = true, delim = ',', quote = '"', columns = {${declared}})`,
    `CREATE TABLE indicators AS SELECT * FROM read_csv('indicators.csv', header = true, quote = '"', escape = '"', columns = {
      'TimeGenerated': 'TIMESTAMP', 'Id': 'VARCHAR', 'ObservableKey': 'VARCHAR', 'ObservableValue': 'VARCHAR', 'IsActive': 'BOOLEAN',
      'ValidUntil': 'TIMESTAMP', 'Confidence': 'INTEGER', 'Data': 'VARCHAR'})`,
  ];
}
