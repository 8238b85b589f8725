-- Waiting for one's turn and reading what the turn is about, in one round trip. Each statement of a volatile function has
-- a snapshot of its own, so what is read is what whoever had the turn before has committed.

-- The user of a customer; null while it is nobody's. The turn ends with the transaction.
create function billing.customer_turn(wanted text) returns uuid language plpgsql volatile as $$
begin
    perform pg_advisory_xact_lock(hashtextextended(wanted, 0));
    return (select user_id from billing.customer_owner where customer = wanted);
end
$$;
