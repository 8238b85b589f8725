-- Prices an operator has set, by the day from which they hold; the others stand in application.yml. What was booked
-- before stays as it was booked.
create table spending.changed_price (
    name       text           not null,
    valid_from date           not null,
    amount     numeric(18, 6) not null check (amount >= 0), -- US dollars
    changed_by text           not null,
    changed_at timestamptz    not null,
    primary key (name, valid_from)
);
