/**
 * How the whole does: vendors, alerts, checks, and the page on which an operator sees and acts. By what it is about:
 *
 * <ul>
 *   <li>vendors: {@code VendorProbes} asks them, {@code VendorHealth} and {@code VendorBreakers} say how they do
 *   <li>trouble: {@code Alert…}, {@code Thresholds}
 *   <li>the day's checks: {@code Check…}, {@code MorningChecks}, {@code MonitoringChecks}, {@code EveningReport}; what they
 *       try out: {@code SelfTest}, {@code PaymentTest}
 *   <li>the page: {@code OperationsPages}, with {@code NowFigures}, {@code TrendFigures}, {@code SettingsView}, {@code Show}
 *   <li>what an operator does: {@code OperatorActions} takes it from the page, {@code ActionController} and {@code
 *       ActionsConsole}; each kind of it has its {@code …Actions}; {@code Audit…}: it is written down
 * </ul>
 */
package com.ytempire.hub.operations;
