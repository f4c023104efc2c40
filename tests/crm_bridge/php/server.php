<?php
// The Organization service by PHP's ext-soap, for our client to talk to: php -S HOST:PORT server.php
// WSDL names our WSDL; STORE is a file that keeps what was created and updated.
ini_set('soap.wsdl_cache_enabled', '0');

class Organization
{
    public function Create($request)
    {
        $entity = $request->entity;
        $kept = $this->kept();
        if (isset($kept[$entity->Id])) {
            $this->refuse(-2147220937, 'Cannot insert duplicate key.');
        }
        $kept[$entity->Id] = ['entity' => $entity->LogicalName, 'values' => $this->values($entity)];
        $this->keep($kept);
        return ['CreateResult' => $entity->Id];
    }

    public function Update($request)
    {
        $entity = $request->entity;
        $kept = $this->kept();
        if (!isset($kept[$entity->Id])) {
            $this->refuse(-2147220969, 'Does Not Exist');
        }
        $kept[$entity->Id]['values'] = array_merge($kept[$entity->Id]['values'], $this->values($entity));
        $this->keep($kept);
        return new stdClass();
    }

    public function RetrieveMultiple($request)
    {
        $query = $request->query;
        $this->keep($this->kept() + ['query' => $query]);
        $found = [
            'Attributes' => ['KeyValuePairOfstringanyType' => [
                $this->pair('contactid', '00000000-0000-0000-0000-000000000001', 'guid', 'http://schemas.microsoft.com/2003/10/Serialization/'),
                $this->pair('firstname', 'Lucía <b>', 'string', 'http://www.w3.org/2001/XMLSchema'),
                $this->pair('mobilephone', '0171 / 392 00 03', 'string', 'http://www.w3.org/2001/XMLSchema'),
            ]],
            'Id' => '00000000-0000-0000-0000-000000000001',
            'LogicalName' => $query->enc_value->EntityName ?? $query->EntityName,
        ];
        return ['RetrieveMultipleResult' => ['Entities' => ['Entity' => [$found]], 'MoreRecords' => false]];
    }

    private function pair($key, $value, $type, $namespace)
    {
        return ['key' => $key, 'value' => new SoapVar($value, XSD_STRING, $type, $namespace)];
    }

    private function values($entity)
    {
        $pairs = $entity->Attributes->KeyValuePairOfstringanyType ?? [];
        $values = [];
        foreach (is_array($pairs) ? $pairs : [$pairs] as $pair) {
            $values[$pair->key] = $pair->value;
        }
        return $values;
    }

    private function refuse($code, $message)
    {
        throw new SoapFault('Client', $message, null, ['ErrorCode' => $code, 'Message' => $message], 'OrganizationServiceFaultFault');
    }

    private function kept()
    {
        return file_exists(getenv('STORE')) ? json_decode(file_get_contents(getenv('STORE')), true) : [];
    }

    private function keep($kept)
    {
        file_put_contents(getenv('STORE'), json_encode($kept));
    }
}

if ($_SERVER['REQUEST_METHOD'] === 'GET') {
    exit("ready\n");
}
$server = new SoapServer(getenv('WSDL'), ['cache_wsdl' => WSDL_CACHE_NONE]);
$server->setClass('Organization');
$server->handle();
