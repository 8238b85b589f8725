-- At what price the last count was read: counts at different prices are not compared. Null: nobody knows.
alter table spending.vendor_count add column price numeric(20, 10);
