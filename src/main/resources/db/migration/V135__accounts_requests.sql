-- What was answered to whoever sent an idempotency key, so that the same question gets the same answer.
create table accounts.api_request (
    caller      text        not null,
    key         text        not null,
    operation   text        not null,
    hash        text        not null,
    attempt     uuid        not null, -- who works on it: only he may write the answer
    lease_until timestamptz not null, -- by the database's clock; after it the same request may be begun again
    answer      text,                 -- JSON, exactly as given
    created_at  timestamptz not null,
    primary key (caller, key)
);
create index api_request_created on accounts.api_request (created_at);
