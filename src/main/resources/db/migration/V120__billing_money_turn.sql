-- As customer_turn, for what is about a payment: the turn with its customer, then that with the payment itself, in one
-- round trip. An invoice without a payment has a turn of its own. Which payment an invoice has is read when its customer's
-- turn has come.
create function billing.money_turn(wanted_table text, wanted text, out owner uuid, out payment text)
language plpgsql volatile as $$
begin
    if wanted_table = 'invoice' then
        owner := billing.customer_turn((select customer from billing.invoice where id = wanted));
        payment := (select i.payment from billing.invoice i where i.id = wanted);
    else
        owner := billing.customer_turn((select customer from billing.payment where id = wanted));
        payment := wanted;
    end if;
    perform pg_advisory_xact_lock(hashtextextended('revenue:' || coalesce(payment, wanted), 0));
end
$$;

-- What went back of a payment is looked for with each event that tells of it.
create index dispute_payment on billing.dispute (payment);
