-- Documents and bodies are read by key; at most it is asked whether they are there. The server's statistics of them help
-- no plan that matters, and gathering them, large as they are, took most of each analysis.
alter table webhooks.event alter headers set statistics 0, alter body set statistics 0;
alter table notifications.outbox alter payload set statistics 0;
alter table notifications.event alter properties set statistics 0;
alter table billing.command alter parameters set statistics 0, alter answer set statistics 0;
alter table billing.request alter answer set statistics 0;
alter table billing.credit_operation alter answer set statistics 0;
alter table billing.history alter before set statistics 0, alter after set statistics 0;
alter table billing.customer alter object set statistics 0;
alter table billing.product alter object set statistics 0;
alter table billing.price alter object set statistics 0;
alter table billing.subscription alter object set statistics 0;
alter table billing.invoice alter object set statistics 0;
alter table billing.payment alter object set statistics 0;
alter table billing.charge alter object set statistics 0;
alter table billing.refund alter object set statistics 0;
alter table billing.dispute alter object set statistics 0;
alter table billing.payment_method alter object set statistics 0;
alter table billing.setup_intent alter object set statistics 0;
alter table billing.checkout_session alter object set statistics 0;
