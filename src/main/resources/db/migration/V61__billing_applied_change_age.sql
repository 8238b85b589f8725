-- Since when a change is known to have been applied: it is deleted once no event of it can be told apart any more.
-- The version before leaves the column out. There is no index: it is looked through once a day, and written all day.
alter table billing.applied_change add column applied_at timestamptz not null default now();
