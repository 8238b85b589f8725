-- A payment need not have a customer, and can be refunded all the same. The version before asks for none of these.
alter table billing.refund_request alter column customer drop not null;
