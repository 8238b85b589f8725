/**
 * What every area stands on; uses no area. By what it is about:
 *
 * <ul>
 *   <li>start: {@code DataFolder}, {@code EmbeddedPostgres}, {@code RouteFolder}, {@code StartRefused}
 *   <li>secrets: {@code Vault}, {@code KeySource}, {@code SealedColumn}, {@code Resealing}
 *   <li>who calls: {@code SecurityConfiguration}, {@code Operator…}, {@code Login…}, {@code ApiAccess}
 *   <li>questions and answers: {@code ApiAnswer}, {@code Page}, {@code Paging}, {@code Problem}, {@code IdempotencyKey}
 *   <li>vendors: {@code VendorSettings}, {@code VendorStatus}, {@code VendorCall}, {@code HttpClients}, {@code
 *       PublicAddressesOnly}
 *   <li>work that waits in a table: {@code ClaimLoop} with {@code Leases}; jobs by the calendar: {@code JobRuns}; what a
 *       dead node held: {@code NodeWatch}
 *   <li>what operators see and do, told by the areas: {@code FigureSource}, {@code TrendSource}, {@code StorySource},
 *       {@code AlertSource}, {@code OperatorActionSource}, {@code ChangeableSource}; kept by {@code Measures}, {@code
 *       Alerts}, {@code AuditLog}
 *   <li>tracing: {@code Tracing…}, {@code HubTracer}; films: {@code Ffmpeg…}; texts: {@code WrittenText}, {@code Masked}
 * </ul>
 */
package com.ytempire.hub.platform;
