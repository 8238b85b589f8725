-- Of some troubles, which last for weeks, people are told when they begin and when they get worse, and not every few hours.
alter table operations.alert add column repeated boolean not null default true;
