-- Objects of Stripe's lists that could not be applied and were left out. The version before leaves the column alone.
alter table billing.sync_run add column failed bigint not null default 0;
