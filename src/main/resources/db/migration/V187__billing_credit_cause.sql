-- What a credit entry came from: Stripe's event, the command whose answer told of it, or the request. Entries of before
-- have none; their operation names what they are for.
alter table billing.credit_entry add column cause text;
