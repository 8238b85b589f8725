-- Credit notes: what was credited on an invoice, and which part of it went back outside of Stripe. The version before
-- ignores their events.
create table billing.credit_note (
    like billing.mirrored including all,
    customer text, invoice text, currency text, amount bigint, out_of_band_amount bigint, created_at timestamptz
);
create index credit_note_invoice on billing.credit_note (invoice);
