<?php
// A client of the Organization service by PHP's ext-soap: php client.php WSDL URL; prints what it was told, as JSON.
ini_set('soap.wsdl_cache_enabled', '0');
const XS = 'http://www.w3.org/2001/XMLSchema';
const C = 'http://schemas.microsoft.com/xrm/2011/Contracts';
const CALL = '11111111-2222-3333-4444-555555555555';
const ANNA = '00000000-0000-0000-0000-000000000001';

$client = new SoapClient($argv[1], ['location' => $argv[2], 'cache_wsdl' => WSDL_CACHE_NONE, 'exceptions' => true]);

function pair($key, $value)
{
    return ['key' => $key, 'value' => $value];
}

function entity($name, $id, $pairs)
{
    return ['Attributes' => ['KeyValuePairOfstringanyType' => $pairs], 'Id' => $id, 'LogicalName' => $name];
}

function condition($attribute, $operator, $value)
{
    return ['AttributeName' => $attribute, 'Operator' => $operator, 'Values' => ['anyType' => [$value]]];
}

function text($value)
{
    return new SoapVar($value, XSD_STRING, 'string', XS);
}

function code($work)
{
    try {
        $work();
        return null;
    } catch (SoapFault $fault) {
        return (int) $fault->detail->OrganizationServiceFault->ErrorCode;
    }
}

$query = new SoapVar([
    'ColumnSet' => ['AllColumns' => false, 'Columns' => ['string' => ['firstname', 'lastname']]],
    'Criteria' => [
        'Conditions' => ['ConditionExpression' => [condition('statecode', 'Equal', new SoapVar(0, XSD_INT, 'int', XS))]],
        'FilterOperator' => 'And',
        'Filters' => ['FilterExpression' => [[
            'Conditions' => ['ConditionExpression' => [condition('mobilephone', 'Like', text('%1%7%1%0%0%0%1%'))]],
            'FilterOperator' => 'Or',
        ]]],
    ],
    'EntityName' => 'contact',
], SOAP_ENC_OBJECT, 'QueryExpression', C);
$found = $client->RetrieveMultiple(['query' => $query]);

$anna = new SoapVar(['Id' => ANNA, 'LogicalName' => 'contact'], SOAP_ENC_OBJECT, 'EntityReference', C);
$call = entity('phonecall', CALL, [
    pair('subject', text('von PHP: „äöü“ <x>')),
    pair('directioncode', new SoapVar(true, XSD_BOOLEAN, 'boolean', XS)),
    pair('regardingobjectid', $anna),
]);
$created = $client->Create(['entity' => $call])->CreateResult;
$again = code(fn() => $client->Create(['entity' => $call]));
$client->Update(['entity' => entity('contact', ANNA, [pair('address1_city', text('Köln'))])]);
$gone = code(fn() => $client->Update(['entity' => entity('contact', CALL, [])]));

echo json_encode(['found' => $found, 'created' => $created, 'again' => $again, 'gone' => $gone]);
