-- When an operator logged out: what was sealed for him before is worth nothing any more, on any node.
create table operations.login_end (
    operator text        primary key,
    at       timestamptz not null
);
