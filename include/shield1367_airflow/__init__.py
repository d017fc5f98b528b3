"""What ties the library to Airflow: settings, the XCom guard, the demo."""
