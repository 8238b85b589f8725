-- What a user changed of his account while the making of his customer was under way: sent behind it, for the
-- parameters of a command are never changed. The version before leaves the column out.
alter table billing.command add column changed_meanwhile jsonb;
