"""What clean dishes may look like, none of it dirt: materials, prints, wear, water, light."""
