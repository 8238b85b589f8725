-- Calls under way at a vendor that takes only so many at the same time, on all nodes together.
create table content.vendor_slot (
    vendor      text        not null,
    slot        integer     not null,
    holder      uuid        not null,
    lease_until timestamptz not null, -- by the database's clock; a node that is gone keeps it no longer
    primary key (vendor, slot)
);
create index vendor_slot_holder on content.vendor_slot (holder);
