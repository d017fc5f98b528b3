{
  "signatures": [
    {
      "approver": "example-one",
      "content": "e7a9d513ed44892041de963d8b2db2252695add1df10e83464bc8b4c7870a940",
      "signature": "BrXhfs95H2TCWsEsUDMDOw/K4Ki4iZNcI/NPAjBJeipE7zXJzgvkdg4BDglNeJ96lipJT3hkCu8jbiMFwGtaAg==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "e7a9d513ed44892041de963d8b2db2252695add1df10e83464bc8b4c7870a940",
      "signature": "EWOn5P33wmHHEBM8wTGhFO0QbviZ47+eZcj9Twzh2PLfRovqI7hqZfVkYQWXj5w8Qsu4voIulbTG1rcmVJuCAQ==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "recipients/state-university-research"
}
