-- One sale may be told under several refuels (a gateway that lost its store): who still waits to
-- hear of it is found by the sale.
create index settlement_of_sale on settlement (station_id, sale_id);
