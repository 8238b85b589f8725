-- What vendors said last that they have counted: the difference to what they say next tells what became of calls whose
-- answer was lost.
create table spending.vendor_count (
    service text           primary key,
    counted numeric(20, 6) not null, -- in the vendor's own units; only ever grows within its period
    read_at timestamptz    not null
);
create index attempt_service on spending.attempt (service, ended_at);
