-- Every change of a price or a limit, the newest last; what holds stands in changed_price and changed_limit.
create table spending.price_change (
    id         bigint         generated always as identity primary key,
    name       text           not null,
    valid_from date           not null,
    amount     numeric(18, 6),         -- US dollars; null: what had been set for that day was taken back
    changed_by text           not null,
    changed_at timestamptz    not null
);
insert into spending.price_change (name, valid_from, amount, changed_by, changed_at)
select name, valid_from, amount, changed_by, changed_at from spending.changed_price;

create table spending.limit_change (
    id         bigint         generated always as identity primary key,
    name       text           not null,
    amount     numeric,                -- US dollars; null: as in the hub's settings again
    changed_by text           not null,
    changed_at timestamptz    not null
);
insert into spending.limit_change (name, amount, changed_by, changed_at)
select name, amount, changed_by, changed_at from spending.changed_limit;
