-- What a change of an object's state is called in the history. Both sides are what the history tells of the object; null
-- is null there as well, so that a field that is not set is not there.
create function billing.history_action(kind text, before jsonb, after jsonb) returns text language sql immutable as
$$
    select case
        when after ? 'deleted' and (before is null or not before ? 'deleted') then 'deleted'
        when kind = 'payment' and after ->> 'status' = 'requires_payment_method' and after ? 'error_code' then 'failed'
        when kind = 'subscription' and coalesce(before ->> 'status', 'incomplete') = 'incomplete'
            and after ->> 'status' in ('trialing', 'active', 'past_due') then 'started'
        when kind = 'subscription' and before ->> 'status' is distinct from after ->> 'status'
            and after ->> 'status' in ('canceled', 'incomplete_expired') then 'ended'
        when before is null and (kind = 'subscription' or not after ? 'status') then 'created'
        when before ->> 'status' is distinct from after ->> 'status' then after ->> 'status'
        when kind = 'subscription' and (before -> 'price', before -> 'quantity')
            is distinct from (after -> 'price', after -> 'quantity') then 'changed'
        when kind = 'subscription' and before ->> 'cancel_at_period_end' is distinct from 'true'
            and after ->> 'cancel_at_period_end' = 'true' then 'cancelled'
        when kind = 'subscription' and before ->> 'cancel_at_period_end' = 'true'
            and after ->> 'cancel_at_period_end' is distinct from 'true' then 'kept'
        else 'updated'
    end
$$;

-- Whose customer it was about: what was told while nobody owned him belongs to his user once there is one.
alter table billing.history add column customer text;
create index history_unowned on billing.history (customer, id) where user_id is null;

-- A user's credits as the history tells of them; what a change moved with what they are after it.
create function billing.credit_state(balance bigint, owed bigint, amount bigint) returns jsonb language sql immutable as
$$ select jsonb_strip_nulls(jsonb_build_object('balance', balance, 'owed', owed, 'amount', amount)) $$;
